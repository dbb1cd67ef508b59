curl --fail-with-body -H 'Content-Type: application/json' --data @example.json http://127.0.0.1:8080/v1/allocate
