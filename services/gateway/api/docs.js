// Show the API document. Nothing is loaded from another host, and the document is not sent to any validator.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#document",
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
});
