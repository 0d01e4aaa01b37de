"""Generated projects, evaluated by real Nix: what nixdrift reads and recomputes is what Nix has."""
