"""What a night is made of: its suite, its folder, its console, and the issues on GitHub."""
