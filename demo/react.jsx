import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { define } from "cr-widget";

define({ assets: "../" });

function Shop() {
  const [country, setCountry] = useState("US");
  const [isOpen, setOpen] = useState(true);
  const [done, setDone] = useState([]);
  return (
    <>
      <h1>React</h1>
      <label>Country <select id="country" value={country} onChange={(event) => setCountry(event.target.value)}>
        <option>US</option><option>IT</option>
      </select></label>
      <button id="toggle" onClick={() => setOpen(!isOpen)}>{isOpen ? "Close" : "Open"}</button>
      <p id="done">{done.join(" ")}</p>
      {isOpen && <cr-widget proxy="/api" country={country} lockCountry={false}
        oncr-order-done={({ detail }) => setDone((list) => [...list, detail.reference])} />}
    </>
  );
}

createRoot(document.querySelector("#root")).render(<StrictMode><Shop /></StrictMode>);
