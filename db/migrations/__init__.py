"""Schema only through numbered, linear migrations; `db.schema` applies them."""
