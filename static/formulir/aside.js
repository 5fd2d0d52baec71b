/* What a page of the desk lets a worker do, so that it does not stand still itself. One worker for each piece of work. */
const aside = (() => {
  const running = new Set();
  const run = (work, ...given) => new Promise((done, fail) => {
    const { worker: address, parts } = JSON.parse(document.getElementById('beside').textContent), worker = new Worker(address);
    const end = (settle, value) => { worker.terminate(); running.delete(stop); settle(value) };
    const stop = () => end(fail, Error('stopped'));
    running.add(stop);
    worker.onmessage = ({ data }) => 'done' in data ? end(done, data.done) : end(fail, Error(data.failed));
    worker.onerror = () => end(fail, Error('no worker'));
    worker.postMessage({ part: new URL(parts[work], location).href, work, given })
  });
  // What was given goes with its worker.
  const stop = () => running.forEach(end => end());
  return { run, stop }
})();
