/** Main: starts the app and puts the page into the document. */

import "./styles/index.css";

import { render } from "preact";

import { App } from "./app";
import { AppContext } from "./components/context";
import { Page } from "./components/Page";
import { findKey } from "./keys";

const root = document.getElementById("app");
if (root === null) throw new Error("expected an element with id 'app' in index.html, got none");

const app = new App(window);
app.start();
document.title = `${location.hostname} – mqtt_plot`;
document.addEventListener("keydown", (event) => {
  const key = findKey(event);
  if (key === null) return;
  event.preventDefault();
  key.run(app, event.key.toLowerCase());
});
render(
  <AppContext.Provider value={app}>
    <Page />
  </AppContext.Provider>,
  root,
);
