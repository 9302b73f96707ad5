// On every page: what is wrong is looked at first, and a form is sent once however often one clicks.
// Without it the browser focuses the summary by itself where it can, and the server acts once.
"use strict";
(function () {
  const summary = document.getElementById("errors");
  if (summary) summary.focus();

  function buttonsOf(form) {
    return Array.from(form.elements).filter(function (one) { return one.tagName === "BUTTON"; });
  }
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target === "_blank") return;
    // After the browser has taken down which button it was.
    window.setTimeout(function () {
      buttonsOf(form).forEach(function (one) { one.disabled = true; });
    }, 0);
  });
  // Whoever comes back by the browser's own button finds them again.
  window.addEventListener("pageshow", function () {
    Array.from(document.forms).forEach(function (form) {
      buttonsOf(form).forEach(function (one) { one.disabled = false; });
    });
  });
})();
