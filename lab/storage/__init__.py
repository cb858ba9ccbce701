"""What we keep of runs: trained models and whole runs, each one safetensors file. No pickle."""
