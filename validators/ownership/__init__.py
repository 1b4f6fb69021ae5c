"""Who may write what: the customer's zone says what runs, the platform's how big it is. Three layers, one file each."""
