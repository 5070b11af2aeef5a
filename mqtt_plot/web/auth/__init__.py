"""Who may do what: users, logins, sessions, hosts and certificates."""
