"""The `pdf-parser` command. It lives beside the API because it is the other way in: it, too, submits workflows."""
