"""Who may set what, and how much: the limits, the names, the components, the customer's fields, the sizes."""
