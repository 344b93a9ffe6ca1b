// A photo on its way: made small enough, and sent so that it can be seen and stopped.

// What we keep is no longer than that: more pixels would only take longer to send.
const LONGEST = 2400;
const SMALL_ENOUGH = 1024 * 1024;
const READ_THERE = ["image/jpeg", "image/png", "image/webp"];
const QUIET_FOR = 60_000;

// Upright, as the browser shows it; a photo of a kind that only this browser reads becomes a JPEG.
const smaller = async (file, image) => {
  const known = READ_THERE.includes(file.type);
  if (known && file.size <= SMALL_ENOUGH) {
    return file;
  }
  try {
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const part = Math.min(1, LONGEST / Math.max(width, height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(width * part), Math.round(height * part)];
    const paper = canvas.getContext("2d");
    paper.fillStyle = "white";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.imageSmoothingQuality = "high";
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
    return made && (!known || made.size < file.size) ? made : file;
  } catch {
    // What this browser cannot read may still be a photo to the other side, which says so.
    return file;
  }
};

// Answers with the status, what was said and whether the customer's time is over; nothing heard for a minute is a line that is dead.
const post = (address, body, told, begun) =>
  new Promise((done) => {
    const call = new XMLHttpRequest();
    let quiet;
    begun?.(call);
    const heard = () => {
      clearTimeout(quiet);
      quiet = setTimeout(() => call.abort(), QUIET_FOR);
    };
    call.responseType = "json";
    call.upload.addEventListener("progress", (event) => {
      heard();
      told?.(event.lengthComputable ? (100 * event.loaded) / event.total : 0);
    });
    call.addEventListener("loadend", () => {
      clearTimeout(quiet);
      // Who is not known any more is led to the start, and that is no answer.
      const over = call.responseURL !== "" && call.responseURL !== new URL(address, location).href;
      done({ status: call.status, answer: call.response ?? {}, over });
    });
    call.open("POST", address);
    heard();
    call.send(body);
  });
