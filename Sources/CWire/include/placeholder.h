struct pons_placeholder { int unused; };
