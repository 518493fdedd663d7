// Runs after consent to coupons of a partner only.
document.getElementById("coupons").hidden = false;
