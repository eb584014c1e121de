// Sending files: a request that tells how far it has come, which `fetch` cannot.
import { parse } from "../figures";
import { refusal, renew } from "./queries";

function once(url: string, form: FormData, progress: (share: number) => void): Promise<XMLHttpRequest> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onloadend = () => resolve(request);
    request.open("POST", url);
    request.send(form);
  });
}

function body(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

/** Posts a form with files; `progress` hears the share that has been sent, 0 to 1. */
export async function upload<T>(url: string, form: FormData, progress: (share: number) => void): Promise<T> {
  let done = await once(url, form, progress);
  if (done.status === 401 && (await renew())) done = await once(url, form, progress);
  if (done.status < 200 || done.status >= 300) throw refusal(done.status, body(done.responseText));
  return body(done.responseText) as T;
}
