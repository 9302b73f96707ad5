// Helps while a form is filled in: similar suggestions while a title is typed, a draft that is kept
// by itself. Without it each of these has a button, or is done by the server.
"use strict";
(function () {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;

  let pending = 0;
  form.addEventListener("submit", function () {
    window.clearTimeout(pending); // What is handed in must not come back as a draft.
  });

  // What other answers make required is said as soon as they are given; the server asks anyway.
  form.querySelectorAll("[data-required-for]").forEach(function (told) {
    const usual = told.textContent;
    const field = document.getElementById("f-" + told.dataset.requiredFor);
    function look() {
      const now = told.dataset.when.split("|").some(function (one) {
        const at = one.indexOf("=");
        const asked = form.elements["f-" + one.slice(0, at)];
        return asked !== undefined && asked !== null && asked.value === one.slice(at + 1);
      });
      told.textContent = now ? told.dataset.now : usual;
      told.classList.toggle("now", now);
      if (!field || !/^(input|select|textarea)$/i.test(field.tagName)) return;
      if (now) field.setAttribute("aria-required", "true");
      else field.removeAttribute("aria-required");
    }
    form.addEventListener("change", look);
    look();
  });

  const similar = document.getElementById("similar");
  const title = form.querySelector("[name=f-title]");
  if (similar && title) {
    let waiting = 0;
    let shown = title.value;
    title.addEventListener("input", function () {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(function () {
        if (title.value === shown || title.value.length < 4) return;
        shown = title.value;
        fetch(similar.dataset.similar + "?title=" + encodeURIComponent(shown), { credentials: "same-origin" })
          .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : ""; })
          .then(function (text) { similar.innerHTML = text; })
          .catch(function () { /* The button still asks. */ });
      }, 500);
    });
  }

  // What is typed is kept a while after the last key, so that a session that ends loses nothing.
  const told = form.querySelector("[data-kept]");
  form.addEventListener("input", function () {
    window.clearTimeout(pending);
    pending = window.setTimeout(function () {
      const sent = new URLSearchParams(new FormData(form));
      sent.set("step", "draft");
      fetch(window.location.pathname, { method: "POST", body: sent, credentials: "same-origin", redirect: "manual" })
        .then(function (answer) {
          if (told) told.textContent = answer.type === "opaqueredirect" ? told.dataset.kept : told.dataset.lost;
        })
        .catch(function () { if (told) told.textContent = told.dataset.lost; });
    }, 4000);
  });
})();
