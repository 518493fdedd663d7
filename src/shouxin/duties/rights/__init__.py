"""Rights of people, carried out on the service's own stores."""
