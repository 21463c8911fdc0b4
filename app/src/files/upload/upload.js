// What uploads need of the browser and Rust cannot say in few words: progress, and the folders among what was dropped.

/** Sends a file; `progress` hears how many bytes are on their way. Gives the status and the text of the answer, or 0. */
export const send = (address, file, progress) =>
  new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onload = () => done([request.status, request.responseText]);
    request.onerror = () => done([0, ""]);
    request.send(file);
  });

/** The files that were dropped, with their paths. The list is read before anything is waited for: it is empty later. */
export const dropped = (transfer) => {
  const found = [...transfer.items].map((item) => {
    const entry = item.webkitGetAsEntry?.();
    const file = entry ? null : item.getAsFile();
    return entry ? below(entry, "") : file ? [[file.name, file]] : [];
  });
  return Promise.all(found).then((found) => found.flat());
};

const below = async (entry, at) => {
  const path = at + entry.name;
  if (entry.isFile) {
    return [[path, await new Promise((take, refuse) => entry.file(take, refuse))]];
  }
  const found = [];
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((take, refuse) => reader.readEntries(take, refuse));
    if (some.length === 0) {
      return found;
    }
    for (const inner of some) {
      found.push(...(await below(inner, `${path}/`)));
    }
  }
};
