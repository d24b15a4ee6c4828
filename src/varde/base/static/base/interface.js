// What every page does: opens dialogs that a button names, and remembers nothing.
for (const button of document.querySelectorAll("[data-opens]")) {
  button.addEventListener("click", () => {
    document.getElementById(button.dataset.opens)?.showModal();
  });
}

// A click on the backdrop closes, as Escape does.
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement) event.target.close();
  if (event.target.closest?.("[data-closes]")) event.target.closest("dialog")?.close();
});
