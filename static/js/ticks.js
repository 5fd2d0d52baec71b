/* Ticks of a plan that stay on this phone (DECISIONS 57): only after “keep” is ticked, and only the codes of what is done, no
   answers; each way abroad has its own, since what is done for one is not done for another. Without this the boxes can be
   ticked as well and are forgotten with the page, which it then says. It comes behind exit.js, which empties the storage when one leaves quickly. */
addEventListener('DOMContentLoaded', () => {
  const list = document.querySelector('[data-centang]'),
    key = 'centang-' + list.dataset.centang,
    keep = list.querySelector('[data-simpan]'),
    boxes = [...list.querySelectorAll('[value]')],
    lost = list.querySelector('[data-lupa]');
  try {
    const held = localStorage.getItem(key);
    keep.closest('[hidden]').hidden = false;
    lost.hidden = true;
    keep.checked = held != null;
    if (held != null) for (const box of boxes) box.checked = held.split(' ').includes(box.value);
    list.onchange = () => {
      if (keep.checked) localStorage.setItem(key, boxes.filter(box => box.checked).map(box => box.value).join(' '));
      else localStorage.removeItem(key)
    }
  } catch (e) {}
})
