// The queue by keyboard: focus moves, keys press the buttons that are there for the mouse.
const KEYS_OFF = "varde.keys.off";
const verbs = { t: "true", f: "false", i: "informational", c: "case", n: "notify", s: "suppress" };

const queue = () => document.querySelector("[data-queue]");
const rows = () => [...(queue()?.querySelectorAll("[data-row]") ?? [])];
const boxes = () => [...(queue()?.querySelectorAll('input[name="alert"]') ?? [])];
const current = () => document.activeElement?.closest?.("[data-row]");

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(current());
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step));
  all[next].querySelector("[data-open]").focus();
}

function tell() {
  const place = queue()?.querySelector("[data-selected]");
  if (!place) return;
  const chosen = boxes().filter((box) => box.checked).length;
  place.textContent = chosen ? place.dataset.some.replace("{count}", chosen) : place.dataset.none;
  queue().toggleAttribute("data-has-selection", chosen > 0);
  const all = queue().querySelector("[data-select-all]");
  all.checked = chosen > 0 && chosen === boxes().length;
  all.indeterminate = chosen > 0 && chosen < boxes().length;
}

function toggle() {
  const box = current()?.querySelector('input[name="alert"]');
  if (!box) return;
  box.checked = !box.checked;
  tell();
}

function decide(verb) {
  const form = queue();
  const button = form?.querySelector(`button[name="verb"][value="${verb}"]`);
  if (!button) return;
  if (!boxes().some((box) => box.checked)) {
    const box = current()?.querySelector('input[name="alert"]');
    if (!box) return;
    box.checked = true;
  }
  form.requestSubmit(button);
}

function act(key) {
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "x") toggle();
  else if (key === "/") document.getElementById("filter-text")?.focus();
  else if (key === "?") document.getElementById("keys")?.showModal();
  else if (key === "r") location.reload();
  else if (verbs[key]) decide(verbs[key]);
  else return false;
  return true;
}

const typing = (element) => element?.matches?.('input:not([type="checkbox"]), select, textarea, [contenteditable]');

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target) || document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (localStorage.getItem(KEYS_OFF)) return;
  if (act(event.key)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-keys-on]")) {
    if (event.target.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  }
  if (event.target.closest("[data-queue]")) tell();
});

// A range of rows: a click with Shift selects all between.
let anchor = null;
document.addEventListener("click", (event) => {
  const box = event.target.closest?.('input[name="alert"]');
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && anchor && all.includes(anchor)) {
    const [from, to] = [all.indexOf(anchor), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    tell();
  }
  anchor = box;
});

document.querySelector("[data-live-fresh]")?.addEventListener("click", () => location.reload());
const switchBox = document.querySelector("[data-keys-on]");
if (switchBox) switchBox.checked = !localStorage.getItem(KEYS_OFF);
tell();
