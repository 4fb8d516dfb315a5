import { createApp, h, ref } from "vue";
import { define } from "cr-widget";

define({ assets: "../" });

createApp({
  setup() {
    const country = ref("US");
    const isOpen = ref(true);
    const done = ref([]);
    return () => [
      h("h1", "Vue"),
      h("label", ["Country ", h("select", { id: "country", onChange: (event) => { country.value = event.target.value; } },
        ["US", "IT"].map((code) => h("option", code)))]),
      h("button", { id: "toggle", onClick: () => { isOpen.value = !isOpen.value; } }, isOpen.value ? "Close" : "Open"),
      h("p", { id: "done" }, done.value.join(" ")),
      isOpen.value && h("cr-widget", {
        proxy: "/api",
        country: country.value,
        "onCr-order-done": ({ detail }) => { done.value = [...done.value, detail.reference]; },
      }),
    ];
  },
}).mount("#root");
