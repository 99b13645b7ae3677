"""Era 4a: twenty services on five Docker hosts, operated by hand: the learner is the orchestrator."""
