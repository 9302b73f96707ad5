// The hand-over bench by dragging and by keys: a case is dropped on a unit, or a unit is found by
// its name. All of it only fills in the form, which says the same and works without this module.
"use strict";
(function () {
  const form = document.querySelector("form[data-bench]");
  const tray = document.querySelector("[data-tray]");
  if (!form || !tray) return;
  const words = form.dataset;
  const most = Number(words.most);
  const rows = Array.from(form.querySelectorAll("fieldset[data-case]"));
  const told = document.querySelector("[data-told]");
  const find = tray.querySelector("input");
  const units = Array.from(tray.querySelectorAll("[data-unit]"));
  const nameOf = new Map(units.map(function (one) { return [one.dataset.unit, one.dataset.name]; }));
  let picking = null; // The row for which a unit is being looked for.

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
  }
  function kindOf(row) { return row.querySelector("[name^='kind-']"); }
  function slotsOf(row) { return Array.from(row.querySelectorAll("[name^='unit-']")); }
  function chosen(row) {
    return slotsOf(row).map(function (one) { return one.value; }).filter(Boolean);
  }

  // What the form says now, in words; and how many cases of this page each unit would lead.
  function show(row) {
    const separate = kindOf(row).value === "separate";
    const said = chosen(row).map(function (unit, place) {
      const kind = separate ? words.separate : place === 0 ? words.lead : words.joint;
      return kind + " " + nameOf.get(unit);
    });
    row.querySelector("[data-goes]").textContent = said.join(words.between) || words.nobody;
    row.classList.toggle("taken", row.querySelector("[name^='take-']").checked);
    row.querySelector("[data-reset]").hidden = same(row);
  }
  function count() {
    const led = new Map();
    rows.forEach(function (row) {
      const first = chosen(row)[0];
      if (first) led.set(first, (led.get(first) || 0) + 1);
    });
    units.forEach(function (one) {
      const many = led.get(one.dataset.unit);
      one.querySelector("[data-many]").textContent = many ? fill(words.many, { many: many }) : "";
    });
  }
  function same(row) {
    return kindOf(row).value === row.dataset.kind && chosen(row).join(" ") === row.dataset.proposed;
  }
  function write(row, kind, wanted) {
    let slots = slotsOf(row);
    while (slots.length < Math.min(wanted.length, most)) {
      const last = slots[slots.length - 1].closest("div");
      const next = last.cloneNode(true);
      const at = slots.length;
      next.querySelector("select").id = next.querySelector("select").name = "unit-" + row.dataset.case + "-" + at;
      next.querySelector("label").htmlFor = next.querySelector("select").id;
      next.querySelector("label").textContent = fill(words.other, { place: at });
      last.after(next);
      slots = slotsOf(row);
    }
    kindOf(row).value = kind;
    slots.forEach(function (one, place) { one.value = wanted[place] || ""; });
    show(row);
    count();
  }
  function place(row, unit, as) {
    const had = chosen(row).filter(function (one) { return one !== unit; });
    if (as === "lead") write(row, "lead", [unit].concat(had.slice(1)));
    else if (had.length >= most) { told.textContent = words.full; return; }
    else write(row, kindOf(row).value, had.concat([unit]));
    row.querySelector("[name^='take-']").checked = true;
    show(row);
    told.textContent = fill(words.placed, {
      which: row.dataset.called, to: row.querySelector("[data-goes]").textContent,
    });
  }

  // Looking for a unit by name.
  function narrow() {
    const wanted = find.value.trim();
    units.forEach(function (one) { one.hidden = !one.dataset.name.includes(wanted); });
  }
  function open(row) {
    picking = row;
    rows.forEach(function (one) { one.classList.toggle("picking", one === row); });
    tray.classList.add("open");
    tray.querySelector("[data-which]").textContent = row.dataset.called + " " + row.dataset.title;
    find.value = "";
    narrow();
    find.focus();
  }
  function close() {
    tray.classList.remove("open");
    if (!picking) return;
    const row = picking;
    picking = null;
    row.classList.remove("picking");
    row.querySelector("[name^='take-']").focus();
  }
  function shown() { return units.filter(function (one) { return !one.hidden; }); }
  function step(from, by) {
    const there = shown();
    const at = there.indexOf(from.closest("[data-unit]"));
    const next = at + by < 0 ? find : there[Math.min(at + by, there.length - 1)];
    if (next === find) find.focus();
    else if (next) next.querySelector("[data-as='" + (from.dataset.as || "lead") + "']").focus();
  }
  find.addEventListener("input", narrow);
  tray.addEventListener("click", function (event) {
    if (event.target.closest("[data-close]")) { close(); return; }
    const button = event.target.closest("[data-as]");
    if (!button) return;
    if (!picking) { told.textContent = words.first; return; }
    place(picking, button.closest("[data-unit]").dataset.unit, button.dataset.as);
    close();
  });
  tray.addEventListener("keydown", function (event) {
    const at = event.target;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") step(at, 1);
    else if (event.key === "ArrowUp") step(at, -1);
    else if (event.key === "ArrowRight" && at.dataset.as === "lead") at.nextElementSibling.focus();
    else if (event.key === "ArrowLeft" && at.dataset.as === "joint") at.previousElementSibling.focus();
    else if (event.key === "Enter" && at === find && shown().length) {
      shown()[0].querySelector(event.shiftKey ? "[data-as='joint']" : "[data-as='lead']").click();
    } else return;
    event.preventDefault();
  });

  // Keys work while the focus is on a case, and never where something is typed.
  function move(row, by) {
    const next = rows[rows.indexOf(row) + by];
    if (next) next.querySelector("[name^='take-']").focus();
  }
  form.addEventListener("keydown", function (event) {
    const row = event.target.closest("fieldset[data-case]");
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      form.querySelector("button[value='try']").click();
    }
    const typing = event.target.matches("select, textarea, input:not([type='checkbox'])");
    if (!row || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const take = row.querySelector("[name^='take-']");
    const does = {
      j: function () { move(row, 1); },
      k: function () { move(row, -1); },
      x: function () { take.click(); },
      u: function () { open(row); },
      r: function () { row.querySelector("[data-reset]").click(); },
    }[event.key.toLowerCase()];
    if (!does) return;
    event.preventDefault();
    does();
  });

  // Similar suggestions are asked for when they are wanted.
  form.querySelectorAll("details[data-similar]").forEach(function (one) {
    one.addEventListener("toggle", function () {
      if (!one.open || one.dataset.asked) return;
      one.dataset.asked = "1";
      fetch(one.dataset.similar, { credentials: "same-origin" })
        .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : ""; })
        .then(function (text) {
          const place = one.querySelector("div");
          if (text.trim()) place.innerHTML = text;
          else place.textContent = words.unlike;
        })
        .catch(function () { /* The link still leads there. */ });
    });
  });

  // Dragging, with a mouse, a pen or a finger alike.
  let held = null;
  function under(event) {
    const found = document.elementFromPoint(event.clientX, event.clientY);
    const unit = found && found.closest("[data-unit]");
    const button = found && found.closest("[data-as]");
    return unit && { unit: unit, as: button ? button.dataset.as : "lead" };
  }
  function mark(target) {
    tray.querySelectorAll(".target").forEach(function (one) { one.classList.remove("target"); });
    if (!target) return;
    target.unit.classList.add("target");
    target.unit.querySelector("[data-as='" + target.as + "']").classList.add("target");
  }
  function drop() {
    if (!held) return;
    if (held.ghost) held.ghost.remove();
    mark(null);
    document.body.classList.remove("dragging");
    if (!picking) tray.classList.remove("open");
    held = null;
  }
  function drag(event) {
    if (!held || event.pointerId !== held.pointer) return;
    if (!held.ghost) {
      if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < 6) return;
      held.ghost = document.createElement("div");
      held.ghost.className = "ghost";
      held.ghost.textContent = held.row.dataset.called;
      document.body.append(held.ghost);
      document.body.classList.add("dragging");
      find.value = "";
      narrow();
      tray.classList.add("open");
    }
    held.ghost.style.left = event.clientX + "px";
    held.ghost.style.top = event.clientY + "px";
    const list = tray.querySelector("ul").getBoundingClientRect();
    if (event.clientY > list.bottom - 28) tray.querySelector("ul").scrollTop += 14;
    else if (event.clientY < list.top + 28) tray.querySelector("ul").scrollTop -= 14;
    mark(under(event));
  }
  function release(event) {
    if (!held || event.pointerId !== held.pointer) return;
    const row = held.row;
    const target = held.ghost && under(event);
    const pulled = Boolean(held.ghost);
    drop();
    if (target) place(row, target.unit.dataset.unit, target.as);
    // The click that follows a drag must not open the list of units.
    if (pulled) row.dataset.pulled = "1";
  }
  rows.forEach(function (row) {
    const grip = row.querySelector("[data-grip]");
    grip.hidden = false;
    grip.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) return;
      delete row.dataset.pulled;
      held = { row: row, pointer: event.pointerId, x: event.clientX, y: event.clientY, ghost: null };
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", drag);
    grip.addEventListener("pointerup", release);
    grip.addEventListener("pointercancel", drop);
    grip.addEventListener("click", function () {
      if (row.dataset.pulled) delete row.dataset.pulled;
      else open(row);
    });
    row.querySelector("[data-reset]").addEventListener("click", function () {
      write(row, row.dataset.kind, row.dataset.proposed.split(" ").filter(Boolean));
      row.querySelector("[name^='take-']").focus();
    });
    row.addEventListener("change", function () { show(row); count(); });
    show(row);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") drop();
  });

  document.querySelectorAll("[data-with-script]").forEach(function (one) { one.hidden = false; });
  document.querySelectorAll("[data-without-script]").forEach(function (one) { one.hidden = true; });
  form.parentElement.classList.add("withTray");
  count();
})();
