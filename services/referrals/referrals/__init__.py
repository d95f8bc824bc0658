"""Own referrals from agency to agency, and the table of states that each must follow to an outcome."""
