"""Get Odoo 19, PostgreSQL and a browser onto a bare machine, and run, test and measure the add-ons there."""
