"""The mail that leaves the product: the value, the transports, and what a server's answer means.

`mail.py` holds the value `Mail`, `transport.py` the promise that every transport keeps, and
`outbox.py` and `smtp.py` the two ways to keep it. How a mail reads is not decided
here but in `notifications/mail_text.py`.
"""
