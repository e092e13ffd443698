"""A server asked without a socket."""

import asyncio
from typing import Any

import httpx

from api.app import create_app
from planner.network import Network


class Server:
    """The interface of one network, asked request by request."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.app = create_app(network)

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        """Whatever is answered."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://kaiteki") as client:
                return await client.get(path, params=parameters)

        return asyncio.run(asked())

    def answer(self, path: str, **parameters: Any) -> Any:
        """Body of an answer that must be given."""
        response = self.get(path, **parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def error(self, status: int, path: str, **parameters: Any) -> str:
        """Sentence of a refusal that must be made."""
        response = self.get(path, **parameters)
        assert response.status_code == status, response.text
        assert set(response.json()) == {"error"}
        return str(response.json()["error"])

    def send(self, method: str, path: str, body: Any, **parameters: Any) -> httpx.Response:
        """Whatever is answered to a JSON body."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://kaiteki", timeout=60) as client:
                return await client.request(method, path, params=parameters, json=body)

        return asyncio.run(asked())
