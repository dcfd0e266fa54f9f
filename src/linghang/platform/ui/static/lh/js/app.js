/*
 * Small behaviours by data attribute. They are delegated from the document, so they survive htmx swaps,
 * and none needs inline script. Every page works without them.
 *
 *   data-lh-slash                 input that "/" jumps to
 *   data-lh-focus                 element that takes the focus on load (error summary)
 *   data-lh-menu                  <details> that closes on Escape and on a click elsewhere
 *   data-lh-fold="code"           <details> of the navigation: what is folded is kept in a cookie
 *   data-lh-open="id"             opens the <dialog>; data-lh-close shuts it; data-lh-open-now opens on load
 *   data-lh-confirm="question"    asks before a button or form sends
 *   data-lh-bulk                  form with a checkbox per row: data-lh-all, data-lh-chosen, data-lh-clear
 *   data-lh-attendance            group of checkboxes with a live count: data-lh-present, data-lh-total,
 *                                 data-lh-tick-all
 *   data-lh-unsaved               form that warns before its changes are lost
 *   data-lh-copy="text or url"    copies a link; without a value, the address of the page
 *   data-lh-print                 prints
 *   data-lh-submit                select or checkbox that sends its form when changed
 *   data-lh-once                  form whose button is switched off after sending
 */
(() => {
  "use strict";

  const all = (root, selector) => Array.from(root.querySelectorAll(selector));

  function say(text) {
    const live = document.getElementById("lh-live");
    if (!live || !text) return;
    live.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => (live.textContent = ""), 6000);
  }

  /* search, focus, menus ------------------------------------------------------------------ */

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !isTyping(event.target) && !event.ctrlKey && !event.metaKey) {
      const field = document.querySelector("[data-lh-slash]");
      if (field && field.offsetParent) {
        event.preventDefault();
        field.focus();
      }
    }
    if (event.key === "Escape") {
      all(document, "details[data-lh-menu][open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
  });

  document.addEventListener("click", (event) => {
    all(document, "details[data-lh-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("click", (event) => {
    const group = event.target.closest("[data-lh-fold] > summary")?.parentElement;
    if (!group) return;
    setTimeout(() => {
      const same = `[data-lh-fold="${group.dataset.lhFold}"]`;
      all(document, same).forEach((one) => (one.open = group.open)); // the phone's menu has its own
      const folded = all(document, "[data-lh-fold]:not([open])").map((one) => one.dataset.lhFold);
      const value = Array.from(new Set(folded)).join(".");
      document.cookie = `folded=${value};path=/;max-age=31536000;samesite=lax`;
    });
  });

  function settle(root) {
    const focus = root.querySelector("[data-lh-focus]");
    if (focus) focus.focus();
    all(root, "dialog[data-lh-open-now]:not([open])").forEach((dialog) => dialog.showModal());
    all(root, "[data-lh-bulk]").forEach(countChosen);
    all(root, "[data-lh-attendance]").forEach(countPresent);
  }

  /* dialogs, confirmation ------------------------------------------------------------------ */

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-lh-open]");
    if (opener) document.getElementById(opener.dataset.lhOpen)?.showModal();
    if (event.target.closest("[data-lh-close]")) event.target.closest("dialog")?.close();
    if (event.target instanceof HTMLDialogElement) event.target.close(); // the backdrop
  });

  document.addEventListener("submit", (event) => {
    const question =
      event.submitter?.dataset.lhConfirm ?? event.target.dataset.lhConfirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  /* rows of a table -------------------------------------------------------------------------- */

  function countChosen(form) {
    const boxes = all(form, "input[name=id]");
    const chosen = boxes.filter((box) => box.checked).length;
    const bar = form.querySelector(".lh-bulk");
    const head = form.querySelector("[data-lh-all]");
    if (bar) bar.hidden = !chosen;
    all(form, "[data-lh-chosen]").forEach((place) => (place.textContent = chosen));
    if (head) {
      head.checked = chosen > 0 && chosen === boxes.length;
      head.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  }

  function chooseAll(form, checked) {
    all(form, "input[name=id]").forEach((box) => (box.checked = checked));
    countChosen(form);
  }

  /* attendance: everybody is present until unticked ------------------------------------------ */

  function countPresent(group) {
    const boxes = all(group, "input[type=checkbox]");
    const present = boxes.filter((box) => box.checked).length;
    all(group, "[data-lh-present]").forEach((place) => (place.textContent = present));
    all(group, "[data-lh-total]").forEach((place) => (place.textContent = boxes.length));
  }

  document.addEventListener("change", (event) => {
    const table = event.target.closest("[data-lh-bulk]");
    if (table) {
      if (event.target.matches("[data-lh-all]")) chooseAll(table, event.target.checked);
      else countChosen(table);
    }
    const group = event.target.closest("[data-lh-attendance]");
    if (group) countPresent(group);
    if (event.target.matches("[data-lh-submit]")) event.target.form?.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const clear = event.target.closest("[data-lh-clear]");
    if (clear) chooseAll(clear.closest("[data-lh-bulk]"), false);
    const tick = event.target.closest("[data-lh-tick-all]");
    if (tick) {
      const group = tick.closest("[data-lh-attendance]");
      all(group, "input[type=checkbox]").forEach((box) => (box.checked = true));
      countPresent(group);
    }
  });

  /* forms: changes that would be lost, sending once ------------------------------------------- */

  let unsaved = false;

  document.addEventListener("input", (event) => {
    if (event.target.closest("[data-lh-unsaved]")) unsaved = true;
  });

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    unsaved = false;
    const form = event.target.closest("[data-lh-once]");
    // After the event, so that the button's own name and value are still sent.
    if (form) setTimeout(() => all(form, "button").forEach((button) => (button.disabled = true)));
  });

  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  window.addEventListener("pageshow", (event) => {
    // "Back" brings the page with its switched-off buttons out of memory.
    if (event.persisted)
      all(document, "[data-lh-once] button").forEach((button) => (button.disabled = false));
  });

  /* copy, print -------------------------------------------------------------------------------- */

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-lh-copy]");
    if (copy) {
      const address = new URL(copy.dataset.lhCopy || location.href, location.href).href;
      await navigator.clipboard.writeText(address);
      say(document.body.dataset.lhCopied);
    }
    if (event.target.closest("[data-lh-print]")) window.print();
  });

  /* htmx ---------------------------------------------------------------------------------------- */

  document.addEventListener("htmx:before:response", (event) => {
    // A session that ended answers with the log-in page: go there instead of swapping it in.
    const raw = event.detail.ctx?.response?.raw;
    if (raw?.redirected && new URL(raw.url).pathname !== new URL(event.detail.ctx.request.action, location.href).pathname) {
      event.preventDefault();
      location.assign(raw.url);
    }
  });

  document.addEventListener("htmx:response:error", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.response.status === 422) return; // a form that came back with its errors
    const page = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
    const reason = page.querySelector("[data-lh-reason]")?.textContent.trim();
    say(reason || document.body.dataset.lhFailed);
  });

  document.addEventListener("htmx:error", () => say(document.body.dataset.lhOffline));

  document.addEventListener("htmx:after:swap", () => settle(document));

  settle(document);
})();
