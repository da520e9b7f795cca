"""The endpoints, one file each. A handler only translates between HTTP and the services."""
