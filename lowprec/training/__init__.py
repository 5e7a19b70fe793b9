"""Training: global numeric state, one round, all rounds of a pair, what the machine is."""
