"""The migrations of a desk's tables, which import nothing of `upheld`: tables move on, migrations do not."""
