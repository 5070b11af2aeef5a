// aedes on loopback ports: node broker.js '{"tcp": 1883, "ws": 8080, "tls": 8883, "cert": "…", "key": "…", "user": "u", "password": "p"}'
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTcp } from "node:net";
import { createServer as createTls } from "node:tls";
import { Aedes } from "aedes";
import { createWebSocketStream, WebSocketServer } from "ws";

const options = JSON.parse(process.argv[2]);
const broker = await Aedes.createBroker({
  authenticate(_client, user, password, done) {
    done(null, options.user === undefined || (user === options.user && String(password) === options.password));
  },
});
createTcp(broker.handle).listen(options.tcp, "127.0.0.1");
const http = createServer().listen(options.ws, "127.0.0.1");
const sockets = new WebSocketServer({ server: http });
sockets.on("connection", (socket, request) => broker.handle(createWebSocketStream(socket), request));
if (options.tls !== undefined) {
  const files = { cert: readFileSync(options.cert), key: readFileSync(options.key) };
  createTls(files, broker.handle).listen(options.tls, "127.0.0.1");
}
