// What is ticked stays ticked when the list is drawn anew.
(() => {
  const ticked = new Set();
  document.addEventListener("change", ({target}) => {
    if (target.name === "b") ticked[target.checked ? "add" : "delete"](target.value);
  });
  const again = () => document.querySelectorAll(".b-batches input").forEach((box) => { box.checked = ticked.has(box.value); });
  new MutationObserver(again).observe(document.body, {childList: true, subtree: true});
})();
