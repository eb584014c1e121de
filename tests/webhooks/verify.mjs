// Reads {"secret", "headers", "body"} a line, and says of each whether the package for Node.js takes it.
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, headers, body } = JSON.parse(line);
  try {
    new Webhook(secret).verify(body, headers);
    console.log("taken");
  } catch (error) {
    console.log(`refused: ${error.message}`);
  }
}
