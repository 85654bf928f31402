"""Tasks are ended for certain, also where a library loses a cancellation."""

import asyncio
import contextlib

from tests.bluetooth.fast_loop import run_fast

from spinesense.sensors.cancelling import cancelled


def test_a_cancellation_that_comes_with_an_answer_ends_the_task() -> None:
    async def main() -> None:
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def keep() -> None:
            await asyncio.wait_for(answer, 10.0)
            await asyncio.Event().wait()

        task = asyncio.create_task(keep())
        await asyncio.sleep(0.1)
        answer.set_result(None)
        async with asyncio.timeout(20.0):
            await cancelled(task)
        assert task.cancelled()

    run_fast(50.0, main())


def test_a_task_that_has_to_let_go_of_something_is_let() -> None:
    async def main() -> None:
        let_go = []

        async def keep() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(3.0)
                let_go.append(True)

        tasks = [asyncio.create_task(keep()) for _ in range(2)]
        await asyncio.sleep(0.1)
        await cancelled(*tasks)
        assert let_go == [True, True]

    run_fast(50.0, main())


def test_what_has_ended_by_a_fault_is_no_obstacle() -> None:
    async def main() -> None:
        async def keep() -> None:
            raise ValueError

        task = asyncio.create_task(keep())
        await cancelled(task)
        with contextlib.suppress(ValueError, asyncio.CancelledError):
            task.result()
        assert task.done()

    run_fast(50.0, main())
