"""A loop of commits, each judged as users judge them: nothing may grow that should not, and all answers are right."""
