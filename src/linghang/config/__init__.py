"""Configuration: settings, URLs, middleware, WSGI. The only room that may see every app."""
