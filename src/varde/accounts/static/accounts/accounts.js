// allauth's passkey script only logs what went wrong; whoever sits in front of it must see it.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-error").hidden = false;
});
