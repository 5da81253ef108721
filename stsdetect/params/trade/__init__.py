"""Parameters of where ships called and what they carried: ports, voyages, cargo."""
