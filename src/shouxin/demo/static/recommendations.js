// Runs after consent to recommendations only.
document.getElementById("recommended").hidden = false;
