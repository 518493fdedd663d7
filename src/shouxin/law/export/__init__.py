"""The law in the field's formats: Akoma Ntoso 3.0 XML and DPV JSON-LD; both are read back too."""
