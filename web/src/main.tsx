// Puts the page on the screen.
import { render } from "preact";
import { App } from "./app";
import "./style/tokens.css";
import "./style/shell.css";
import "./style/parts.css";
import "./style/views.css";

render(<App />, document.getElementById("app")!);
