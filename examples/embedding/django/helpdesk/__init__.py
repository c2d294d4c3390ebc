"""A product on Django that keeps how its requests stand in a desk."""
