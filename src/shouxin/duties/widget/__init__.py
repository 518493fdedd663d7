"""The consent widget: what a service puts on its own pages to ask before anything is collected."""
