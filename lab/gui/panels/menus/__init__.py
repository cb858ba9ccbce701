"""The menus of the window: files, views, tools and the worksheet."""
